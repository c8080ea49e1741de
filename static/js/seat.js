/**
 * Asks, on the first page of a visit, whether the browser sends the seat's cookie back.
 * Where it does not, the answer is a notice that says what to do.
 */

import { pageOf } from './page.js';
import { reach } from './room.js';

const place = document.getElementById('seat-lost');

reach('/seat', { headers: { Accept: 'text/html' }, byTimer: true }).then(async (answer) => {
	if (answer.status !== 200) return;
	const notice = (await pageOf(answer)).querySelector('#seat-lost');
	place.replaceChildren(...notice.childNodes);
	place.hidden = false;
}).catch(() => {}); // the next page says it by itself
