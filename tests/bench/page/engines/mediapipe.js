// MediaPipe's image classifier. It takes pictures, not tensors: bringing one to the network's input is inside its time.
// It has no build with threads, and wants metadata in a float32 network that ours does not carry.

import { FilesetResolver, ImageClassifier } from '@mediapipe/tasks-vision';
import { timed } from '../pixels.js';

/** @param {import('../page.js').Wish} wish @param {string} filmUrl */
export async function start({ network }, filmUrl) {
  const [film, files] = await Promise.all([
    fetch(filmUrl).then(async (response) => createImageBitmap(await response.blob())),
    FilesetResolver.forVisionTasks('/mediapipe'),
  ]);
  const baseOptions = { modelAssetPath: network, delegate: 'CPU' };
  const classifier = await ImageClassifier.createFromOptions(files, { baseOptions });
  const infer = async () => classifier.classify(film).classifications[0].categories.map(({ score }) => score);
  return { run: () => timed(infer) };
}
