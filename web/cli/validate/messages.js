// The report's words, by language.

import ar from '../../validate/messages/ar.js';
import en from '../../validate/messages/en.js';
import es from '../../validate/messages/es.js';
import fr from '../../validate/messages/fr.js';
import hi from '../../validate/messages/hi.js';
import id from '../../validate/messages/id.js';
import pt from '../../validate/messages/pt.js';
import ru from '../../validate/messages/ru.js';
import zhHans from '../../validate/messages/zh-Hans.js';

/** @type {Record<string, typeof en>} */
export const MESSAGES = { ar, en, es, fr, hi, id, pt, ru, 'zh-Hans': zhHans };
