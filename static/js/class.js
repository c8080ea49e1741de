/**
 * The bar that every page has whose visitor is in a class: who they are, the clock, the question. The site announces in
 * the visitor's own stream that there is something new; the bar is then asked for again.
 */

import { pageOf } from './page.js';
import { reach } from './room.js';

const bar = () => /** @type {HTMLElement} */ (document.querySelector('#class-bar'));

/** Asks for the bar again. In the place of one that was not known nobody has done anything. */
async function renew() {
	const answer = await reach('/class/bar', { headers: { Accept: 'text/html' }, cache: 'no-store', byTimer: true }).catch(() => /** @type {Response} */ (null));
	if (!answer?.ok) return;
	const page = await pageOf(answer);
	if (bar().dataset.class === 'unknown') bar().replaceWith(page.querySelector('#class-bar'));
	else (await import('./swap.js')).put(page, '#class-bar');
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
	const { submitter } = event;
	const { bodyOf } = await import('./form.js');
	await reach(form.action, { method: 'POST', body: bodyOf(form, submitter) }).catch(() => {});
	await renew();
}

if (bar().dataset.class === 'unknown') await renew();
if (bar().dataset.class === 'yes') {
	document.addEventListener('submit', answer);
	const { listen } = await import('./listen.js'); // most are in no class
	listen('/api/traces/events', 'joined', renew, { class: announced });
}
