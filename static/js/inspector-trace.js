/**
 * The buttons of one trace: copy its diagram, unfold the code of a step, send
 * the request again, embed it. Traces are swapped in and out, so one listener on the
 * document serves them all.
 */
import { fetchWithToken } from '../token-client.js';
import { why } from './ask.js';
import { bodyOf } from './form.js';
import { copyDiagram } from './inspector-diagram.js';
import { pageOf } from './page.js';
import { pause } from './pause.js';
import { reach } from './room.js';
import { put } from './swap.js';

document.addEventListener('click', (event) => {
	const at = /** @type {Element} */ (event.target);
	const button = /** @type {HTMLElement | null} */ (at.closest('[data-send], [data-code], [data-diagram]'));
	if (!button || event.metaKey || event.ctrlKey || event.shiftKey) return;
	if ('diagram' in button.dataset) draw(button);
	if ('send' in button.dataset) send(/** @type {HTMLButtonElement} */ (button));
	if ('code' in button.dataset) {
		event.preventDefault();
		unfold(/** @type {HTMLAnchorElement} */ (button));
	}
});

/**
 * Copies the diagram of the trace that a button belongs to.
 *
 * @param {HTMLElement} button
 */
async function draw(button) {
	const said = button.parentElement.querySelector('[data-said]');
	said.textContent = '';
	try {
		said.textContent = await copyDiagram(button.closest('.trace').querySelector('.sequence'), button.dataset.diagram);
	} catch (error) {
		said.textContent = why(error);
	}
}

/**
 * Unfolds the lines that did a step, below it, or folds them again.
 *
 * @param {HTMLAnchorElement} link
 */
async function unfold(link) {
	if (link.ariaBusy) return; // it is on its way
	const rung = link.closest('.rung');
	const open = rung.querySelector('.code');
	link.setAttribute('aria-expanded', String(!open));
	if (open) {
		open.remove();
		return;
	}
	link.ariaBusy = 'true';
	const answer = await reach(link.dataset.code).catch(() => /** @type {Response} */ (null));
	if (!answer?.ok) {
		location.href = link.href;
		return;
	}
	const template = document.createElement('template');
	template.innerHTML = await answer.text();
	rung.append(template.content);
	link.ariaBusy = null;
}

/**
 * Sends a request again, with what this browser has now: its cookie, or its
 * token. The trace that comes of it is shown, beside the old one when it went
 * through the other door.
 *
 * @param {HTMLButtonElement} button
 */
async function send(button) {
	const said = button.parentElement.querySelector('[data-sent]');
	const { send: path, beside } = button.dataset;
	if (button.ariaDisabled) return;
	said.textContent = '';
	hold(button, true);
	try {
		const answer = path.startsWith('/api/token/') ? await fetchWithToken(path) : await reach(path);
		const id = answer.headers.get('Trace-Id');
		if (!id || !await kept(id)) throw new Error('It was sent, but its trace is not here yet. Look at the top of the list.');
		const url = beside ? `/inspector/${beside}?with=${id}` : `/inspector/${id}`;
		document.dispatchEvent(new CustomEvent('sent', { detail: url }));
	} catch (error) {
		said.textContent = why(error);
	} finally {
		hold(button, false);
	}
}

/**
 * Keeps a button from being pressed. It is not disabled, as it would lose the focus.
 *
 * @param {HTMLElement} button
 * @param {boolean} on
 */
function hold(button, on) {
	button.ariaDisabled = button.ariaBusy = on ? 'true' : null;
}

/**
 * Waits until a trace is kept: the answer may be here a moment earlier.
 *
 * @param {string} id
 */
async function kept(id) {
	for (let tries = 0; tries < 10; tries++) {
		const answer = await reach(`/api/traces/${id}`);
		if (answer.ok) return true;
		await pause(50);
	}
	return false;
}

document.addEventListener('submit', (event) => {
	const form = /** @type {HTMLFormElement} */ (event.target);
	if (!form.closest('#share')) return;
	event.preventDefault();
	share(form, /** @type {HTMLButtonElement} */ (event.submitter));
});

/**
 * Embeds a trace or takes it back, and shows what came of it in place of the button. When another trace
 * is shown by then, that one stays as it is.
 *
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement} button
 */
async function share(form, button) {
	if (button.ariaDisabled) return;
	const place = form.closest('#share');
	hold(button, true);
	try {
		const answer = await reach(form.action, { method: 'POST', body: bodyOf(form), headers: { Accept: 'text/html' } });
		const page = await pageOf(answer);
		if (!answer.ok) throw new Error(page.querySelector('.problem h1 ~ p')?.textContent ?? `The server answered ${answer.status}. Try again.`);
		if (!form.isConnected) return;
		put(page, '#share');
		/** @type {HTMLElement} */ (document.querySelector('#share :is(.command button, form:not(.offer) button)')).focus();
	} catch (error) {
		hold(button, false);
		place.querySelector('[data-said]').textContent = why(error);
	}
}
