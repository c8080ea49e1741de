/**
 * What a foreign site tries, when one looks at it: it loads, posts and frames, tells
 * what the browser said, and sends the visitor to the site by a link.
 */

const { ticket, target } = document.body.dataset;
/** @param {string} by what asks */
const address = (by) => `${target}/labs/storage/arrived?${new URLSearchParams({ by, ticket })}`;

/** Whether a picture of the site is shown here. */
const load = () => new Promise((then) => {
	const picture = new Image();
	picture.onload = () => then(true);
	picture.onerror = () => then(false);
	picture.src = address('load');
});

/** Whether the site's answer to a post can be read here. */
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

/** @type {Record<string, unknown>} */
const told = {};
for (const [name, attempt] of Object.entries({ load, post, frame })) {
	told[name] = await attempt().catch(() => false);
	const line = document.createElement('li');
	line.textContent = `${name}: ${told[name] ? 'the browser lets me' : 'the browser does not let me see what came of it'}`;
	document.querySelector('#results').append(line);
}
await fetch(`/api/labs/storage/saw?${new URLSearchParams({ ticket })}`, {
	method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(told),
}).catch(() => {}); // the lab waits for what comes last
location.href = address('visit');
