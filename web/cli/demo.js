// npm run demo [-- FILE...]: reads the sample films, or the user's own, and writes their heatmaps into build/demo/.

import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const [cli, samples, heatmaps] = ['dist/package/cli.js', 'dist/samples', 'build/demo'].map((path) =>
  relative('.', fileURLToPath(new URL(`../../${path}`, import.meta.url))),
);
const films = process.argv.length > 2 ? process.argv.slice(2) : [samples];

rmSync(heatmaps, { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [cli, '--heatmap', heatmaps, ...films], { stdio: 'inherit' });
if (status !== 2)
  console.log(`\nThe films with their heatmaps are in ${heatmaps}. Research software, not a medical device.`);
process.exitCode = status ?? 1;
