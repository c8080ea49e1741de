/**
 * What logging out does to a token that somebody has copied: the proof is to use
 * the copy. It is kept in this page's memory, for this one purpose.
 */

import { reach } from './room.js';
import { inspects, why } from './ask.js';

/**
 * Offers to use a copy of a token that was logged out.
 *
 * @param {HTMLElement} into
 * @param {string} copy
 */
export function offerProof(into, copy) {
	const text = document.createElement('p');
	text.textContent = 'Would a stolen copy of it still work? This page kept one, so you can try.';
	const button = Object.assign(document.createElement('button'), {
		type: 'button', className: 'button button-token', textContent: 'Use the copy',
	});
	const result = document.createElement('p');
	result.setAttribute('role', 'status');
	button.addEventListener('click', async () => {
		if (button.ariaDisabled) return;
		button.ariaDisabled = button.ariaBusy = 'true'; // a disabled button would lose the focus
		result.replaceChildren(...await use(copy));
		button.ariaDisabled = button.ariaBusy = null;
	});
	into.replaceChildren(text, button, result);
	into.hidden = false;
}

/** @param {string} copy */
async function use(copy) {
	try {
		const answer = await reach('/api/token/me', { headers: { Authorization: `Bearer ${copy}` } });
		const body = await answer.json().catch(() => ({ detail: `The server answered ${answer.status}.` }));
		const id = answer.headers.get('Trace-Id');
		const link = inspects() ? Object.assign(document.createElement('a'), { href: `/inspector/${id}`, textContent: 'See every step' }) : '';
		const status = Object.assign(document.createElement('span'), { className: 'mono', textContent: String(answer.status) });
		return [status, ' ', answer.ok ? stillGood(body) : await refused(id, body), ' ', link];
	} catch (error) {
		return [why(error)];
	}
}

/** @param {{username: string}} me */
function stillGood(me) {
	return `It still works, as ${me.username}, until it expires: the server does not look up whether you have logged out. ` +
		'It does with revocation on, in the server room.';
}

/**
 * Which step refused stands in the trace.
 *
 * @param {string} id
 * @param {{detail: string}} problem
 */
async function refused(id, problem) {
	const trace = await reach(`/api/traces/${id}`);
	const { reason } = trace.ok ? await trace.json() : {};
	return `Refused${reason ? ` by the step ${reason}` : ''}. ${problem.detail}`;
}
