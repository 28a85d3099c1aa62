// tfjs with its WebAssembly backend. Its converter is a Python package that this project does not need otherwise, so
// the network is put together here from the operators that a converted and optimised graph consists of.

import * as tf from '@tensorflow/tfjs-core';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { normalised, rgbPixels, timed } from '../pixels.js';

/** @param {import('../page.js').Wish} wish @param {string} filmUrl */
export async function start({ threads, network }, filmUrl) {
  setWasmPaths('/tfjs/');
  setThreadsCount(threads);
  const backend = tf.setBackend('wasm').then(() => tf.ready());
  const [description, weights, pixels] = await Promise.all([
    fetch(network).then((response) => response.json()),
    fetch(network.replace('.json', '.bin')).then((response) => response.arrayBuffer()),
    rgbPixels(filmUrl),
    backend,
  ]);
  const layers = withWeights(description, new Float32Array(weights));
  const input = tf.tensor4d(normalised(pixels), [1, 224, 224, 3]);
  const infer = async () => {
    const logits = tf.tidy(() => forward(layers, input));
    const values = await logits.data();
    logits.dispose();
    return values;
  };
  return { run: () => timed(infer) };
}

/** Tensors of every layer, cut from the file in the order of the list. */
function withWeights({ convolutions, classifier }, floats) {
  let offset = 0;
  const take = (shape) => {
    const size = shape.reduce((a, b) => a * b);
    offset += size;
    return tf.tensor(floats.slice(offset - size, offset), shape);
  };
  const made = convolutions.map(({ filter, ...rest }) => ({
    ...rest,
    filter: take(filter),
    bias: take([rest.depthwise ? filter[2] : filter[3]]),
  }));
  return { convolutions: made, weight: take(classifier), bias: take([classifier[1]]) };
}

function forward({ convolutions, weight, bias }, input) {
  let [x, blockInput] = [input, input];
  for (const layer of convolutions) {
    x = convolve(layer, x);
    if (layer.shortcut) x = tf.add(x, blockInput);
    if (layer.endsBlock) blockInput = x;
  }
  return tf.fused.matMul({ a: tf.mean(x, [1, 2]), b: weight, bias });
}

function convolve({ filter, bias, stride: strides, depthwise, relu6 }, x) {
  const options = { x, filter, bias, strides, pad: 'same', activation: relu6 ? 'relu6' : 'linear' };
  return depthwise ? tf.fused.depthwiseConv2d(options) : tf.fused.conv2d(options);
}
