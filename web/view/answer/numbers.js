// What an answer means here, in one large number, and the figure that was measured of it, other hospitals' first.

import { html, nothing } from 'lit';
import { ASSUMED_PREVALENCE, measuredOf, shownBy } from '../../desk/meaning.js';
import { prevalenceField } from './prevalence.js';

/** @typedef {import('../i18n.js').Translator} Translator */
/** @typedef {import('../../reader/types.d.ts').Findings} Findings */

/**
 * @param {Translator} translator @param {Findings} findings
 * @param {object} about
 * @param {import('../../desk/metrics.js').Metrics | null} about.metrics
 * @param {import('../../reader/patients.js').Group} about.group
 * @param {number | null} about.prevalence as the user has said it
 * @param {boolean} about.changing whether the field for it is shown
 * @param {() => void} onChange shows it @param {(prevalence: number | null) => void} onPrevalence
 */
export function numbers(translator, findings, { metrics, group, prevalence, changing }, onChange, onPrevalence) {
  const { t, share } = translator;
  const { decision, operatingPoint } = findings;
  if (decision === 'out-of-scope') return nothing;
  if (group === 'other') return html`<p class="warnings" id="group-outside">${t('group.outside')}</p>`;
  if (group === null) return html`<p class="quiet" id="group-ask">${t('group.ask')}</p>`;
  if (decision === 'uncertain')
    return html`<dl class="numbers">
      <dt>${t('figure.why')}</dt>
      <dd>${t('figure.uncertain')}</dd>
    </dl>`;
  const measured = measuredOf(metrics, operatingPoint, group);
  const common = prevalence ?? ASSUMED_PREVALENCE;
  const shown = shownBy(measured, decision, common);
  if (shown === null) return html`<p class="quiet" id="unmeasured">${t('answer.point.unmeasured')}</p>`;
  const figure = figureOf(translator, measured, decision, t(`patients.${group}`));
  return html`<dl class="numbers">
      <dt id="here">${about(translator, shown)}</dt>
      <dd>
        ${t('figure.here', { share: share(common) })}
        <button type="button" id="change" aria-expanded=${changing} @click=${onChange}>${t('figure.change')}</button>
      </dd>
      ${
        figure
          ? html`<dt id="measured">${figure.number}</dt>
              <dd>${figure.words}</dd>`
          : nothing
      }
    </dl>
    ${
      changing
        ? html`<label class="prevalence">
            <span>${t('meaning.prevalence')}</span>
            ${prevalenceField('prevalence-here', prevalence, onPrevalence)}
          </label>`
        : nothing
    }`;
}

/** @param {Translator} translator @param {ReturnType<typeof measuredOf>} measured @param {'pneumonia' | 'normal'} decision
 * @param {string} patients @returns {{ number: string, words: string } | null} */
function figureOf({ t }, { home, elsewhere }, decision, patients) {
  const kind = decision === 'pneumonia' ? 'alarms' : 'missed';
  const [away, here] = [elsewhere?.[kind], home?.[kind]];
  const first = away ?? here;
  if (!first) return null;
  const count = (/** @type {number} */ part) => Math.round(100 * part);
  const words = away
    ? t(`figure.${kind}.elsewhere`, { patients, home: here ? count(here.value) : '–' })
    : t(`figure.${kind}.home`, { patients });
  return { number: t('figure.in-100', { count: count(first.value) }), words };
}

/** About so many: of ten where that is fine enough, else of a hundred, and never none nor all. @param {Translator} translator
 * @param {number} share */
function about({ t }, share) {
  const [ten, hundred] = [Math.round(10 * share), Math.round(100 * share)];
  if (hundred >= 15 && hundred <= 85) return t('figure.about-10', { count: ten });
  return t('figure.about-100', { count: Math.min(Math.max(hundred, 1), 99) });
}

/** The same in one line, for paper and pictures. @param {Translator} translator @param {Findings} findings
 * @param {import('../../desk/metrics.js').Metrics | null} metrics @param {import('../../reader/patients.js').Group} group
 * @param {number | null} prevalence */
export function figureLine(translator, findings, metrics, group, prevalence) {
  const { t, share } = translator;
  const { decision, operatingPoint } = findings;
  if (group === 'other') return t('group.outside');
  if (group === null || (decision !== 'pneumonia' && decision !== 'normal')) return '';
  const measured = measuredOf(metrics, operatingPoint, group);
  const common = prevalence ?? ASSUMED_PREVALENCE;
  const shown = shownBy(measured, decision, common);
  if (shown === null) return t('answer.point.unmeasured');
  const figure = figureOf(translator, measured, decision, t(`patients.${group}`));
  return [about(translator, shown), t('figure.here', { share: share(common) }), figure?.number, figure?.words].join(
    ' ',
  );
}
