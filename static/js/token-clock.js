/**
 * The clock of a token: how long it is still good, in words and as a bar that
 * shrinks, and what happens when it has run down.
 */

import * as client from '../token-client.js';
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
	into.replaceChildren(words, bar, then);
	everySecond(words, () => {
		const { iat, exp } = client.decode(client.token() ?? '')?.payload ?? {};
		const left = Math.max(0, Math.round(client.secondsLeft()));
		bar.max = exp - iat || 1;
		bar.value = left || 0;
		then.textContent = next(left);
		return left > 0 ? `${inWords(left)} left` : 'expired';
	});
}

function next(left) {
	if (!client.refreshable()) return 'There is no refresh token: then you log in again.';
	const until = Math.round(left - client.ahead());
	return until > 0 ? `This page gets the next one in ${inWords(until)}.` : 'This page is getting the next one.';
}
