/**
 * The bar that every page has whose visitor is in a class: who they are, the clock, the question. The site announces in
 * the visitor's own stream that there is something new; the bar is then asked for again.
 */

import { listen } from './listen.js';
import { reach } from './room.js';
import { put } from './swap.js';

/** Asks for the bar again. */
async function renew() {
	const answer = await reach('/class/bar', { headers: { Accept: 'text/html' }, cache: 'no-store', byTimer: true }).catch(() => null);
	if (answer?.ok) put(new DOMParser().parseFromString(await answer.text(), 'text/html'), '#class-bar');
}

/** @param {string} data of the event: what kind of thing is announced */
async function announced(data) {
	const { kind } = JSON.parse(data);
	if (kind === 'everywhere') await (await import('./class-calls.js')).calls();
	if (kind === 'everywhere' && location.pathname === '/') location.reload(); // it shows what both doors said
	await renew();
	if (kind === 'steps') document.dispatchEvent(new CustomEvent('class-steps'));
}

/** @param {SubmitEvent} event */
async function answer(event) {
	const form = /** @type {HTMLFormElement} */ (event.target);
	if (!form.matches('#class-bar form')) return;
	event.preventDefault();
	const body = new URLSearchParams([...new FormData(form, event.submitter)].map(([name, value]) => [name, String(value)]));
	await reach(form.action, { method: 'POST', body }).catch(() => null);
	await renew();
}

document.addEventListener('submit', answer);
listen('/api/traces/events', 'joined', renew, { class: announced });
