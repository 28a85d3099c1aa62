// Packages that come without types, as far as they are used here.

declare module 'oled-font-5x7' {
  /** A letter is `width` bytes, a column each, lowest bit on top, in the order of `lookup`. */
  const font: { width: number; height: number; fontData: number[]; lookup: string[] };
  export default font;
}

declare module 'dcmjs';
