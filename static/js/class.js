/**
 * The bar that every page has whose visitor is in a class: who they are, the clock, the question. The site announces in
 * the visitor's own stream that there is something new; the bar is then asked for again.
 */

import { listen } from './listen.js';
import { pageOf } from './page.js';
import { reach } from './room.js';
import { put } from './swap.js';

/** Asks for the bar again. */
async function renew() {
	const answer = await reach('/bars', { headers: { Accept: 'text/html' }, cache: 'no-store', byTimer: true }).catch(() => /** @type {Response} */ (null));
	if (answer?.ok) put(await pageOf(answer), '#class-bar');
}

/** @param {string} data of the event: what kind of thing is announced */
async function announced(data) {
	const { kind } = JSON.parse(data);
	if (kind === 'everywhere') await (await import('./class-calls.js')).calls();
	if (kind === 'everywhere' && location.pathname === '/') {
		location.reload(); // it shows what both doors said
		return;
	}
	await renew();
	if (kind === 'steps') document.dispatchEvent(new CustomEvent('class-steps'));
}

/** @param {SubmitEvent} event */
async function answer(event) {
	const form = /** @type {HTMLFormElement} */ (event.target);
	if (!form.matches('#class-bar form')) return;
	event.preventDefault();
	const { submitter } = event;
	const { bodyOf } = await import('./form.js');
	await reach(form.action, { method: 'POST', body: bodyOf(form, submitter) }).catch(() => {});
	await renew();
}

document.addEventListener('submit', answer);
listen('/api/traces/events', 'joined', renew, { class: announced });
