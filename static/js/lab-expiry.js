/**
 * The lab about expiry: shows the clock of the token that this browser keeps, and does what takes a
 * browser: staying on a page, and refreshing in two tabs at once.
 */

import * as client from '../token-client.js';
import { ask } from './ask.js';
import { keep, scripts, value } from './lab.js';
import { pause } from './pause.js';
import { reach } from './room.js';
import { showClock } from './token-clock.js';
import { secondsLeft } from './token-lifetime.js';

const clock = /** @type {HTMLElement} */ (document.querySelector('#expiry-clock'));
showClock(clock);

/** Without a token there is no clock. */
function show() {
	clock.hidden = !client.token();
	document.getElementById('expiry-none').hidden = !clock.hidden;
	clock.dataset.refreshable = String(client.refreshable());
	const left = secondsLeft(client.claims());
	const strip = document.getElementById('expiry-left');
	if (strip && client.token()) strip.textContent = left > 0 ? `${Math.ceil(left)} s left` : 'expired';
}
show();
setInterval(show, 250);

/** How long to stay, in milliseconds: longer than two lifetimes of the access token. */
const stay = 15_000;

scripts.stay = async (saying) => {
	client.keep(await client.login({ username: 'ada', password: 'lovelace' }), 'localStorage');
	const leaving = new AbortController();
	let tokens = 1;
	client.keepFresh(() => { tokens += 1; }, leaving.signal);
	const until = Date.now() + stay;
	let answer;
	try {
		do {
			answer = await client.fetchWithToken('/api/token/me');
			saying(`${Math.max(1, Math.ceil((until - Date.now()) / 1000))} s left, token ${tokens}`);
			await pause(1500);
		} while (Date.now() < until && answer.ok);
	} finally {
		leaving.abort();
	}
	await client.logout(); // so that nothing refreshes during the tasks that follow
	return answer.ok ? `You stayed logged in for fifteen seconds, with ${tokens} tokens in turn.` : `The door refused the token with ${answer.status}.`;
};

/** Two tabs that do not take turns. Each of their requests has a line. */
scripts.race = async (saying, says) => {
	const json = { refresh_token: value('REFRESH') };
	const tabs = await Promise.allSettled([1, 2].map(() => ask('/api/token/refresh', { method: 'POST', json }, (path, init) => says.asked(reach(path, init)))));
	const first = tabs.find((tab) => tab.status === 'fulfilled');
	if (first) keep('NEXT', first.value.refresh_token);
};
