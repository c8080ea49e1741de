/**
 * Every press is answered beside its button, in one line a request. What a request came to is
 * said by the server, from its trace.
 */

import { why } from './ask.js';
import { pageOf } from './page.js';
import { reach } from './room.js';

/**
 * Does what a button is for, and shows what comes of it. Meanwhile neither the button nor the
 * others can be pressed. What goes wrong is a line as well.
 *
 * @param {HTMLElement} place the list beside the button; a page that is brought up to date keeps it, by its id
 * @param {HTMLElement} button
 * @param {(says: Answers) => Promise<void>} what
 * @param {{others?: HTMLElement[]}} [options]
 */
export async function answering(place, button, what, { others = [] } = {}) {
	if (button.getAttribute('aria-disabled') === 'true') return;
	const buttons = [button, ...others].map((each) => each.id);
	const says = new Answers(place.id, button.id);
	place.replaceChildren();
	hold(buttons);
	button.setAttribute('aria-busy', 'true');
	try {
		await what(says);
	} catch (error) {
		says.failed(why(error));
	}
	try {
		await says.shown();
	} finally {
		says.left('');
		document.getElementById(button.id)?.removeAttribute('aria-busy');
		release(buttons);
	}
}

/** @param {string[]} ids */
function hold(ids) {
	for (const id of ids) document.getElementById(id)?.setAttribute('aria-disabled', 'true');
}

/** @param {string[]} ids */
function release(ids) {
	for (const id of ids) document.getElementById(id)?.removeAttribute('aria-disabled');
}

/** The lines of one press. Parts of a page may be replaced meanwhile, so they are found by their ids. */
class Answers {
	/** @type {Promise<void>} the lines come in the order of the answers */
	#lines = Promise.resolve();
	#place;
	#button;

	/** @param {string} place @param {string} button */
	constructor(place, button) {
		this.#place = place;
		this.#button = button;
	}

	/**
	 * Adds a line for a request, and hands its answer on.
	 *
	 * @param {Promise<Response>} request
	 * @returns {Promise<Response>}
	 */
	async asked(request) {
		const answer = await request;
		const copy = answer.clone();
		this.#then(() => lineOf(copy));
		return answer;
	}

	/** @param {string} sentence what was done that was no request of its own */
	done(sentence) {
		this.#then(async () => line('done', 'done', sentence));
	}

	/** @param {string} sentence what kept it from its end */
	failed(sentence) {
		this.#then(async () => line('failed', 'failed', sentence));
	}

	/** @param {string} text what is left to wait for, shown on the button: "11 s" */
	left(text) {
		const button = document.getElementById(this.#button);
		button?.querySelector('.button-left')?.remove();
		if (text) button?.append(Object.assign(document.createElement('span'), { className: 'button-left mono', textContent: text }));
	}

	/** Waits until all lines are on the page. */
	shown() {
		return this.#lines;
	}

	/** @param {() => Promise<HTMLElement>} make */
	#then(make) {
		this.#lines = this.#lines.then(async () => { add(document.getElementById(this.#place), await make()); });
	}
}

/**
 * Adds a line. One that says the same as the line before it is counted there.
 *
 * @param {HTMLElement | null} place
 * @param {HTMLElement} next
 */
function add(place, next) {
	if (!place) return; // the page has left that part out
	const last = /** @type {HTMLElement | null} */ (place.lastElementChild);
	if (!last || words(last) !== words(next)) {
		place.append(next);
		return;
	}
	const times = Number(last.dataset.times ?? 1) + 1;
	next.dataset.times = String(times);
	next.append(Object.assign(document.createElement('span'), { className: 'answer-times mono', textContent: `${times} times` }));
	last.replaceWith(next);
}

/** @param {HTMLElement} item */
const words = (item) => [...item.querySelectorAll('.badge, .answer-says')].map((part) => part.textContent).join(' ');

/**
 * The line of an answer. Of a door it is the server's own, from the trace. What a lab did is said by its
 * answer, and a refusal before any door was asked by its problem (RFC 9457).
 *
 * @param {Response} answer
 */
async function lineOf(answer) {
	const made = await fromTrace(answer.headers.get('Trace-Id'));
	if (made?.dataset.door) return made;
	const { says, detail } = await answer.json().catch(() => /** @type {any} */ (null)) ?? {};
	if (!answer.ok) return line(answer.status < 500 ? 'denied' : 'failed', String(answer.status), detail ?? 'The server refused, and did not say why.');
	const done = made ?? line('done', 'done', 'Done.');
	if (says) done.querySelector('.answer-says').textContent = says;
	return done;
}

/**
 * @param {string | null} id
 * @returns {Promise<HTMLElement | null>} null when the seat has no such trace, or nobody answers
 */
async function fromTrace(id) {
	if (!id) return null;
	const said = await reach(`/answers/${id}`, { headers: { Accept: 'text/html' }, byTimer: true }).catch(() => /** @type {Response | null} */ (null));
	if (!said?.ok) return null;
	return (await pageOf(said)).querySelector('li');
}

/** @param {string} tone @param {string} badge @param {string} sentence */
function line(tone, badge, sentence) {
	const item = document.createElement('li');
	item.append(
		Object.assign(document.createElement('span'), { className: `badge badge-${tone}`, textContent: badge }), ' ',
		Object.assign(document.createElement('span'), { className: 'answer-says', textContent: sentence }),
	);
	return item;
}
