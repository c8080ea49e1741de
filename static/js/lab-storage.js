/**
 * The lab about storage in the browser: keeps the token where it is told, opens the vulnerable page
 * and the foreign site, and waits for their reports.
 */

import * as client from '../token-client.js';
import { ask } from './ask.js';
import { notice, scripts } from './lab.js';
import { closeWindow, inWindow } from './lab-windows.js';
import { pause } from './pause.js';
import { inRoom } from './room.js';

const twoNames = ['localhost', '127.0.0.1'].includes(location.hostname);
notice(twoNames ? '' : `The last two tasks need a second name for this machine, and ${location.hostname} has none. Open this lab as localhost or 127.0.0.1 on the machine that runs Two Doors, or use the commands there.`);

document.addEventListener('submit', closeWindow, true);
addEventListener('pagehide', closeWindow);

/** @param {client.PlaceName} place */
function keeping(place) {
	return async () => {
		client.keep(await client.login({ username: 'ada', password: 'lovelace' }), place);
		await ask('/api/labs/storage/place', { method: 'POST', json: { place } });
		return `You are logged in, and the token is in ${place}.`;
	};
}

scripts.keepLocal = keeping('localStorage');
scripts.keepSession = keeping('sessionStorage');
scripts.keepMemory = keeping('memory');

/** What an attacker would inject. It reports the first characters of each value, not the whole. */
const injected = `<script>
const cookie = document.cookie.match(/(?:^|; )(practice=[^;]{6})/);
const begins = (store) => (store.getItem('${inRoom('token')}') ?? '').slice(0, 6);
fetch('/api/labs/storage/caught', {
	method: 'POST', headers: { 'Content-Type': 'application/json' },
	body: JSON.stringify({ localStorage: begins(localStorage), sessionStorage: begins(sessionStorage), cookie: cookie ? cookie[1] : '' }),
});
</script>`;

scripts.inject = (saying) => inWindow(async (opened) => {
	const { ticket } = await ask('/api/labs/storage/ticket', { method: 'POST' });
	saying('The script runs.');
	return reported({ kind: 'caught' }, opened, `/labs/storage/hole?${new URLSearchParams({ ticket, say: injected })}`);
});

scripts.foreign = (saying) => inWindow(async (opened) => {
	const { ticket, foreign } = await ask('/api/labs/storage/ticket', { method: 'POST' });
	if (!foreign) throw new Error(`This machine has no second name besides ${location.hostname}. Open this lab as localhost or 127.0.0.1.`);
	saying('The foreign site tries.');
	return reported({ kind: 'arrived', by: 'visit' }, opened, `${foreign}/labs/storage/foreign?${new URLSearchParams({ ticket })}`);
});

/** How often the lab is asked for the report, every 200 ms, and how long after the window is gone: it may be on its way. */
const waits = { report: 90, gone: 10 };

/**
 * Shows a page in the window, and waits until the lab has noted what the page did.
 *
 * @param {{kind: string, by?: string}} what
 * @param {Window} opened
 * @param {string} address
 */
async function reported(what, opened, address) {
	const before = await noted(what);
	opened.location.href = address;
	for (let waited = 0, gone = 0; waited < waits.report; waited += 1) {
		await pause(200);
		const now = await noted(what);
		if (now.length > before.length) return now.at(-1);
		gone = address.startsWith('/') && opened.closed ? gone + 1 : 0; // at another site a window looks closed to us
		if (gone === waits.gone) throw new Error('The window was closed before its page had reported. Press again.');
	}
	throw new Error('The page reported nothing within 18 seconds. Press again.');
}

/** @typedef {{kind: string, said: string, facts: Record<string, string>}} Found what the lab itself found out */

/** @param {{kind: string, by?: string}} what */
async function noted(what) {
	const { progress } = await ask('/api/labs/storage');
	const history = /** @type {{found?: Found}[]} */ (progress?.history ?? []);
	return history.map(({ found }) => found)
		.filter((found) => found?.kind === what.kind && (!what.by || found.facts.by === what.by))
		.map((found) => found.said);
}
