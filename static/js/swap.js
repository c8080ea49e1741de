/**
 * Pages are made by the server alone. When something has changed, a script asks for the page again
 * and puts parts of it in place of the old ones. What the visitor is about to press, has unfolded
 * or has the focus on stays.
 */

import { pageOf } from './page.js';
import { pause } from './pause.js';
import { reach } from './room.js';
import { localize } from './times.js';

/**
 * Replaces parts of this page by those of the page that the server makes now.
 *
 * @param {string} url of the page to ask for
 * @param {...string} selectors of the parts to replace
 * @returns {Promise<Document>} the page that came
 */
export function swap(url, ...selectors) {
	return renew(url, selectors, replace);
}

/**
 * Does the same for a page that changes all the time: of the parts, only what differs is
 * replaced, so what somebody is about to press stays where it is.
 *
 * @param {string} url
 * @param {...string} selectors
 * @returns {Promise<Document>}
 */
export function touchUp(url, ...selectors) {
	return renew(url, selectors, mend);
}

/** @typedef {(before: Element, after: Element) => void} Change puts one in place of the other */

/**
 * A page that a script asks for is nobody's press: the press, if there was one, came before.
 *
 * @param {string} url
 * @param {string[]} selectors
 * @param {Change} change
 */
async function renew(url, selectors, change) {
	const answer = await reach(url, { headers: { Accept: 'text/html' }, cache: 'no-store', byTimer: true });
	if (!answer.ok) throw new Error(`The page could not be brought up to date: the server answered ${answer.status}.`);
	const page = await pageOf(answer);
	if (page.documentElement.dataset.room !== document.documentElement.dataset.room) {
		throw new Error('You are in another room now than when this page was opened. Reload it.');
	}
	localize(page.body); // as this page is, so that a time is no difference
	await released();
	for (const selector of selectors) put(page, selector, change);
	return page;
}

/**
 * Puts one part of a page that has come in place of the old one.
 *
 * @param {Document} page
 * @param {string} selector
 * @param {Change} [change]
 */
export function put(page, selector, change = replace) {
	const before = document.querySelector(selector);
	const after = page.querySelector(selector);
	if (!before || !after) return;
	keepFilled(after);
	if (!before.isEqualNode(after)) change(before, document.importNode(after, true));
}

/**
 * What a script has filled in stays, and a question that is asked: the server knows nothing of either.
 *
 * @param {Element} after
 */
function keepFilled(after) {
	for (const question of after.querySelectorAll('.question[id]')) {
		question.toggleAttribute('open', Boolean(document.getElementById(question.id)?.hasAttribute('open')));
	}
	for (const empty of after.querySelectorAll('[data-filled]')) {
		const filled = document.getElementById(empty.id);
		if (filled) empty.replaceWith(after.ownerDocument.importNode(filled, true));
	}
}

/**
 * What has the same frame as before stays, and is mended inside. Of a list that has other items now,
 * those that were there before stay.
 *
 * @param {ChildNode} before
 * @param {ChildNode} after
 */
export function mend(before, after) {
	if (before.isEqualNode(after)) return;
	const inside = [...before.childNodes];
	const then = [...after.childNodes];
	const framed = before instanceof Element && inside.length && before.cloneNode(false).isEqualNode(after.cloneNode(false));
	if (framed && inside.length === then.length && !before.matches(lists)) {
		for (const [at, child] of inside.entries()) mend(child, then[at]);
	} else if (framed && before.matches(lists)) {
		mendList(before, [.../** @type {Element} */ (after).children]);
	} else if (before instanceof Element && after instanceof Element) {
		replace(before, after);
	} else {
		before.replaceWith(after);
	}
}

/** Lists that grow at one end. */
const lists = '.grows';

/**
 * Puts in what is new and takes out what is gone.
 *
 * @param {Element} list
 * @param {Element[]} items in their order
 */
function mendList(list, items) {
	const before = [...list.children];
	for (const item of items) {
		const at = before.findIndex((one) => one.isEqualNode(item));
		for (const gone of before.splice(0, at)) gone.remove();
		if (at < 0) list.insertBefore(item, before[0] ?? null);
		else before.shift();
	}
	for (const gone of before) gone.remove();
}

/** Waits while something is pressed: what goes away before it is let go is not clicked. */
async function released() {
	while (document.querySelector('button:active, summary:active, a:active')) {
		await pause(20);
	}
}

/**
 * Something inside that had the focus has it again, if it is still there.
 *
 * @param {Element} before
 * @param {Element} after
 */
function replace(before, after) {
	const focused = before.contains(document.activeElement) ? document.activeElement.id : '';
	const index = before.getAttribute('tabindex');
	if (index !== null) after.setAttribute('tabindex', index);
	before.replaceWith(after);
	if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}
