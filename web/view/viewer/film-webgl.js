// The graphics processor's way to draw a film: a texture of 16 bits a pixel, and one triangle that covers the canvas. The greys
// are read as integers and interpolated by the shader itself, since no browser has to filter 16-bit textures.

import { gainOf, placementOf, scaleOf } from './drawing.js';
import { levelCount, levelFor, mipmap } from './mipmap.js';

/** @typedef {import('./mipmap.js').Greys} Greys */

/** How many films stay on the graphics processor: two are shown side by side. */
const KEPT = 2;

/** Names of renderers that compute on the processor. Not every browser says so when it is asked for a fast one. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

const VERTEX = `#version 300 es
void main() { // one triangle, larger than the canvas
  gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0);
}`;

const FRAGMENT = `#version 300 es
precision highp float;
precision highp usampler2D;
uniform usampler2D film;
uniform int level;
uniform bool turned;
uniform vec2 scale;   // place in the film = scale * place in the canvas + offset, before the turn
uniform vec2 offset;
uniform vec2 size;    // of the film
uniform float height; // of the canvas
uniform vec2 window;  // grey of the screen = window.x * value + window.y
out vec4 colour;
float at(ivec2 place) { return float(texelFetch(film, place, level).r); }
void main() {
  vec2 place = scale * vec2(gl_FragCoord.x, height - gl_FragCoord.y) + offset;
  if (turned) place = place.yx;
  if (any(lessThan(place, vec2(0.0))) || any(greaterThanEqual(place, size))) { colour = vec4(0.0); return; }
  ivec2 count = textureSize(film, level);
  vec2 middle = clamp(place * vec2(count) / size - 0.5, vec2(0.0), vec2(count - 1));
  ivec2 low = ivec2(floor(middle));
  ivec2 high = min(low + 1, count - 1);
  vec2 part = middle - vec2(low);
  float top = mix(at(low), at(ivec2(high.x, low.y)), part.x);
  float bottom = mix(at(ivec2(low.x, high.y)), at(high), part.x);
  float grey = floor(clamp(mix(top, bottom, part.y) * window.x + window.y, 0.0, 255.0) + 0.5) / 255.0;
  colour = vec4(vec3(grey), 1.0);
}`;

/**
 * Null where the browser has no WebGL2, or computes it on the processor: the loop in film-canvas.js is faster then.
 * @param {{ onProcessor?: boolean }} [options] onProcessor: take what computes on the processor too, as a test does
 */
export function createWebgl({ onProcessor = false } = {}) {
  const canvas = document.createElement('canvas');
  const gl = canvas.getContext('webgl2', {
    alpha: true,
    antialias: false,
    depth: false,
    failIfMajorPerformanceCaveat: !onProcessor,
  });
  if (!gl || (!onProcessor && SOFTWARE.test(rendererOf(gl)))) return null;
  const program = build(gl);
  if (!program) return null;
  const uniforms = Object.fromEntries(
    ['level', 'turned', 'scale', 'offset', 'size', 'height', 'window'].map((name) => [
      name,
      gl.getUniformLocation(program, name),
    ]),
  );
  const most = gl.getParameter(gl.MAX_TEXTURE_SIZE);
  /** The last films drawn, the newest first. @type {{ film: Greys, texture: WebGLTexture }[]} */
  let kept = [];

  /** @param {Greys} film */
  const take = (film) => {
    const found = kept.find((one) => one.film === film) ?? { film, texture: upload(gl, film) };
    const others = kept.filter((one) => one !== found);
    for (const { texture } of others.slice(KEPT - 1)) gl.deleteTexture(texture);
    kept = [found, ...others.slice(0, KEPT - 1)];
    gl.bindTexture(gl.TEXTURE_2D, found.texture);
  };

  return {
    /** The canvas whose upper left corner holds the film, until the next drawing; null where it cannot be drawn so.
     * @param {Greys} film @param {import('./drawing.js').Drawing} drawing */
    draw(film, drawing) {
      if (gl.isContextLost() || Math.max(film.width, film.height, drawing.width, drawing.height) > most) return null;
      canvas.width = Math.max(canvas.width, drawing.width);
      canvas.height = Math.max(canvas.height, drawing.height);
      const { turned, along, down } = placementOf(drawing);
      const { gain, offset } = gainOf(drawing);
      take(film);
      gl.useProgram(program);
      gl.uniform1i(uniforms.level, levelFor(film, scaleOf(drawing)));
      gl.uniform1i(uniforms.turned, Number(turned));
      gl.uniform2f(uniforms.scale, along.scale, down.scale);
      gl.uniform2f(uniforms.offset, along.offset, down.offset);
      gl.uniform2f(uniforms.size, film.width, film.height);
      gl.uniform1f(uniforms.height, canvas.height);
      gl.uniform2f(uniforms.window, gain, offset);
      gl.viewport(0, 0, canvas.width, canvas.height);
      gl.enable(gl.SCISSOR_TEST);
      gl.scissor(0, canvas.height - drawing.height, drawing.width, drawing.height);
      gl.drawArrays(gl.TRIANGLES, 0, 3);
      return canvas;
    },
  };
}

/** @param {WebGL2RenderingContext} gl @returns {string} */
function rendererOf(gl) {
  const debug = gl.getExtension('WEBGL_debug_renderer_info');
  return String(gl.getParameter(debug ? debug.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
}

/** @param {WebGL2RenderingContext} gl @returns {WebGLProgram | null} */
function build(gl) {
  const program = gl.createProgram();
  for (const [kind, source] of /** @type {const} */ ([
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ])) {
    const shader = gl.createShader(kind);
    if (!shader) return null;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  return gl.getProgramParameter(program, gl.LINK_STATUS) ? program : null;
}

/** All levels at once: a third more than the film. @param {WebGL2RenderingContext} gl @param {Greys} film */
function upload(gl, film) {
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST_MIPMAP_NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  gl.texStorage2D(gl.TEXTURE_2D, levelCount(film), gl.R16UI, film.width, film.height);
  for (let level = 0; level < levelCount(film); level++) {
    const { width, height, data } = mipmap(film, level);
    gl.texSubImage2D(gl.TEXTURE_2D, level, 0, 0, width, height, gl.RED_INTEGER, gl.UNSIGNED_SHORT, data);
  }
  return texture;
}
