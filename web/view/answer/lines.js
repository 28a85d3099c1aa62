// Text in lines, for a picture.

/** A line broken at its spaces, and inside a word that is too long alone: Chinese has no spaces.
 * @param {string} line @param {(text: string) => boolean} fits @returns {string[]} */
export function brokenInto(line, fits) {
  const out = [''];
  const add = (/** @type {string} */ text, /** @type {string} */ gap) => {
    const last = out.length - 1;
    if (out[last] === '' || fits(out[last] + gap + text)) out[last] += (out[last] && gap) + text;
    else out.push(text);
  };
  for (const word of line.split(' '))
    if (fits(word)) add(word, ' ');
    else [...word].forEach((letter, i) => add(letter, i === 0 ? ' ' : ''));
  return out;
}
