/**
 * What a foreign site tries when you open it: it loads an image, posts and frames, reports what the
 * browser let it see, and sends you to the site by a link.
 */

import { pause } from './pause.js';

const { ticket, target } = document.body.dataset;
/** @param {string} by what asks */
const address = (by) => `${target}/labs/storage/arrived?${new URLSearchParams({ by, ticket })}`;

/** Whether an image of the site is shown here. */
const load = () => new Promise((then) => {
	const picture = new Image();
	picture.onload = () => then(true);
	picture.onerror = () => then(false);
	picture.src = address('load');
});

/** Whether the site's response to a POST can be read here. */
const post = async () => {
	const answer = await fetch(address('post'), { method: 'POST', mode: 'no-cors', credentials: 'include', body: 'hello' });
	return answer.type !== 'opaque';
};

/** Whether a page of the site is shown in a frame here: it would say so. */
const frame = () => new Promise((then) => {
	addEventListener('message', ({ origin }) => { if (origin === target) then(true); });
	const inside = document.createElement('iframe');
	inside.onload = () => setTimeout(then, 500, false);
	inside.src = address('frame');
	document.body.append(inside);
});

/** What this page tries, and what it says when the browser lets it see the result and when it does not. */
const attempts = /** @type {[string, () => Promise<boolean>, string, string][]} */ ([
	['load', load, 'I loaded an image, and it is shown.', 'I loaded an image. The browser does not show it.'],
	['post', post, 'I sent a POST, and I can read the response.', 'I sent a POST. The browser does not let me read the response.'],
	['frame', frame, 'I put a page in a frame, and it is shown.', 'I put a page in a frame. The browser does not show it.'],
]);

/** @type {Record<string, boolean>} */
const seen = {};
for (const [name, attempt, shown, hidden] of attempts) {
	seen[name] = await attempt().catch(() => false);
	document.querySelector('#results').append(Object.assign(document.createElement('li'), { textContent: seen[name] ? shown : hidden }));
}
await fetch(`/api/labs/storage/saw?${new URLSearchParams({ ticket })}`, {
	method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(seen),
}).catch(() => {}); // the lab waits for what comes last

/** How many seconds there are to read this page before it follows the link. */
const reading = 5;

const line = /** @type {HTMLElement} */ (document.querySelector('#link'));
line.querySelector('a').href = address('visit');
line.hidden = false;
for (let left = reading; left > 0; left -= 1) {
	line.querySelector('span').textContent = `In ${left} s this page follows it.`;
	await pause(1000);
}
location.href = address('visit');
