// What nobody needs before there is a film: fetched beside the engine.

import { unsafeCSS } from 'lit';
import answer from './answer/answer.css';
import './answer/answer.js';
import './answer/engine-panel.js';
import './answer/evidence.js';
import './answer/meaning.js';
import './answer/stability-panel.js';
import help from './help.css';
import './help.js';
import './stage.js';
import strip from './strip.css';
import './strip.js';
import './viewer/seen.js';
import viewer from './viewer/viewer.css';

export const styles = [viewer, answer, help, strip].map(unsafeCSS);
