/**
 * The lab of what the browser keeps: keeps the token where it is told, opens the page
 * with the hole and the foreign site, and waits for what they report.
 */

import * as client from '../token-client.js';
import { ask } from './ask.js';
import { notice, scripts } from './lab.js';
import { inRoom } from './room.js';

const twoNames = ['localhost', '127.0.0.1'].includes(location.hostname);
notice(twoNames ? '' : `The last two tasks take a second name of this machine, and under ${location.hostname} there is none. Open this lab as localhost or 127.0.0.1 on the machine that runs Two Doors, or use the commands there.`);

/** @param {client.PlaceName} place */
function keeping(place) {
	return async () => {
		client.keep(await client.login({ username: 'ada', password: 'lovelace' }), place);
		await ask('/api/labs/storage/place', { method: 'POST', json: { place } });
		return `The token is in ${place}.`;
	};
}

scripts.keepLocal = keeping('localStorage');
scripts.keepSession = keeping('sessionStorage');
scripts.keepMemory = keeping('memory');

/** What somebody would smuggle in. It reports how each thing begins, not the whole. */
const smuggled = `<script>
const cookie = document.cookie.match(/(?:^|; )(practice=[^;]{6})/);
const begins = (store) => (store.getItem('${inRoom('token')}') ?? '').slice(0, 6);
fetch('/api/labs/storage/caught', {
	method: 'POST', headers: { 'Content-Type': 'application/json' },
	body: JSON.stringify({ localStorage: begins(localStorage), sessionStorage: begins(sessionStorage), cookie: cookie ? cookie[1] : '' }),
});
</script>`;

scripts.hole = (saying) => inWindow(async (opened) => {
	const { ticket } = await ask('/api/labs/storage/ticket', { method: 'POST' });
	saying('a script looks around');
	return reported({ kind: 'caught' }, opened, `/labs/storage/hole?${new URLSearchParams({ ticket, say: smuggled })}`);
});

scripts.foreign = (saying) => inWindow(async (opened) => {
	const { ticket, foreign } = await ask('/api/labs/storage/ticket', { method: 'POST' });
	if (!foreign) throw new Error('Open this lab as localhost or 127.0.0.1: under the name that you use, there is no other name of this machine.');
	saying('a foreign site tries');
	return reported({ kind: 'arrived', by: 'visit' }, opened, `${foreign}/labs/storage/foreign?${new URLSearchParams({ ticket })}`);
});

/**
 * Opens a window of its own, so that both pages are seen, and does something with it. It is
 * opened in the press itself: a moment later a browser takes it for one that nobody asked for.
 *
 * @param {(opened: Window) => Promise<string>} what
 */
async function inWindow(what) {
	const opened = window.open('', '_blank', 'popup,width=620,height=520');
	if (!opened) throw new Error('Your browser has blocked the new window. Allow it for this site, and press again.');
	try {
		return await what(opened);
	} catch (error) {
		opened.close();
		throw error;
	}
}

/**
 * Has the window show a page, and waits until the lab has noted what it did.
 *
 * @param {{kind: string, by?: string}} what
 * @param {Window} opened
 * @param {string} address
 */
async function reported(what, opened, address) {
	const before = await noted(what);
	opened.location.href = address;
	for (let waits = 0; waits < 60; waits += 1) {
		await new Promise((then) => { setTimeout(then, 200); });
		const now = await noted(what);
		if (now.length > before.length) return now.at(-1);
	}
	throw new Error('Nothing was reported within twelve seconds. Press again.');
}

/** @typedef {{kind: string, said: string, facts: Record<string, string>}} Found what the lab itself has found out */

/** @param {{kind: string, by?: string}} what */
async function noted(what) {
	const { progress } = await ask('/api/labs/storage');
	const history = /** @type {{found?: Found}[]} */ (progress?.history ?? []);
	return history.map(({ found }) => found)
		.filter((found) => found?.kind === what.kind && (!what.by || found.facts.by === what.by))
		.map((found) => found.said);
}
