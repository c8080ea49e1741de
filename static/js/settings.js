/**
 * The settings of the server room. The form says what each field showed, so that the
 * server takes what somebody changed, and nobody undoes what others have chosen meanwhile.
 */

import { ask, why } from './ask.js';
import { swap } from './swap.js';

/**
 * Sends a form of the settings, and says below their title what came of it.
 *
 * @param {HTMLFormElement} form
 * @param {HTMLElement} submitter
 * @param {() => Promise<void>} refresh brings the rest of the page up to date
 */
export async function change(form, submitter, refresh) {
	const changed = document.getElementById('changed');
	document.querySelector('#settings > .fault')?.remove();
	try {
		const chosen = [...new FormData(form, submitter)].map(([name, value]) => [name, String(value)]);
		await ask(form.action, { method: 'POST', body: new URLSearchParams(chosen) });
		await refresh();
		const page = await swap('/servers', '#choose', '#key-change');
		const now = page.getElementById('changed');
		const { at } = now.dataset;
		tell(changed, at === changed.dataset.at ? 'Nothing is changed: it is so already.' : now.textContent, 'good');
		changed.dataset.at = at;
	} catch (error) {
		tell(changed, why(error), 'bad');
	}
}

/** @param {HTMLElement} where @param {string} text @param {'good'|'bad'} tone */
function tell(where, text, tone) {
	where.textContent = text;
	where.dataset.tone = tone;
}

/** Whether somebody is choosing: then the fields stay as they are, whatever others do. */
export function choosing() {
	const form = /** @type {HTMLFormElement} */ (document.querySelector('#choose'));
	return form.contains(document.activeElement) || fields(form).some(edited);
}

/** @param {HTMLFormElement} form */
function fields(form) {
	return /** @type {(HTMLInputElement | HTMLSelectElement)[]} */ ([...form.querySelectorAll('input, select')]);
}

/** @param {HTMLInputElement | HTMLSelectElement} field */
function edited(field) {
	if (field instanceof HTMLSelectElement) return [...field.options].some((option) => option.selected !== option.defaultSelected);
	return field.value !== field.defaultValue;
}
