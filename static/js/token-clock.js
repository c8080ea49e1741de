/**
 * The clock of a token: how much of its lifetime is left, in words and as a bar that shrinks, and what
 * happens then.
 */

import * as client from '../token-client.js';
import { ahead, refreshable, secondsLeft } from './token-lifetime.js';
import { everySecond, inWords } from './token-view.js';

/**
 * Puts a clock into an element.
 *
 * @param {Element} into
 */
export function showClock(into) {
	const bar = document.createElement('progress');
	bar.className = 'token-clock';
	bar.setAttribute('aria-hidden', 'true'); // the words say the same
	const words = document.createElement('span');
	const then = document.createElement('small');
	const again = Object.assign(document.createElement('a'), { href: '/token/login', textContent: 'Log in again', hidden: true });
	into.replaceChildren(words, bar, then, again);
	everySecond(words, () => {
		const claims = client.claims();
		const left = Math.max(0, Math.floor(secondsLeft(claims)));
		bar.max = claims?.exp - claims?.iat || 1;
		bar.value = left || 0;
		then.textContent = next(left);
		again.hidden = left > 0 || refreshable();
		return left > 0 ? `${inWords(left)} left` : 'expired';
	});
}

/**
 * What happens when the time is over.
 *
 * @param {number} left seconds
 */
function next(left) {
	if (!refreshable()) {
		return left > 0 ? 'You have no refresh token: log in again then.' : 'You have no refresh token to get a new one.';
	}
	const until = Math.ceil(left - ahead(client.claims()));
	return until > 0 ? `This page refreshes it in ${inWords(until)}.` : 'This page is refreshing it.';
}
