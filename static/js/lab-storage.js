/**
 * The lab of what the browser keeps: keeps the token where it is told, opens the page
 * with the hole and the foreign site, and waits for what they report.
 */

import * as client from '../token-client.js';
import { ask } from './ask.js';
import { scripts } from './lab.js';

/** @param {'localStorage'|'sessionStorage'|'memory'} place */
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
const begins = (store) => (store.getItem('token') ?? '').slice(0, 6);
fetch('/api/labs/storage/caught', {
	method: 'POST', headers: { 'Content-Type': 'application/json' },
	body: JSON.stringify({ localStorage: begins(localStorage), sessionStorage: begins(sessionStorage), cookie: cookie ? cookie[1] : '' }),
});
</script>`;

scripts.hole = async (saying) => {
	const { ticket } = await ask('/api/labs/storage/ticket', { method: 'POST' });
	saying('a script looks around');
	return reported('caught: ', `/labs/storage/hole?${new URLSearchParams({ ticket, say: smuggled })}`);
};

scripts.foreign = async (saying) => {
	const { ticket, foreign } = await ask('/api/labs/storage/ticket', { method: 'POST' });
	if (!foreign) throw new Error('Open this lab as localhost or 127.0.0.1: under the name that you use, there is no other name of this machine.');
	saying('a foreign site tries');
	return reported('arrived: by link', `${foreign}/labs/storage/foreign?${new URLSearchParams({ ticket })}`);
};

/** Opens a page in a window of its own, so that both are seen, and waits until the lab has noted what it did. */
async function reported(what, address) {
	const before = await noted(what);
	if (!window.open(address, '_blank', 'popup,width=620,height=520')) throw new Error('Your browser has blocked the new window. Allow it for this site, and press again.');
	for (let waits = 0; waits < 60; waits += 1) {
		await new Promise((then) => { setTimeout(then, 200); });
		const now = await noted(what);
		if (now.length > before.length) return now.at(-1);
	}
	throw new Error('Nothing was reported. Look at the window that has opened.');
}

async function noted(what) {
	const { progress } = await ask('/api/labs/storage');
	return (progress?.history ?? []).map(({ note }) => note ?? '').filter((note) => note.startsWith(what));
}
