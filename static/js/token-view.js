/** Shows a token in its three colours, and times in words. */

const parts = ['jwt-header', 'jwt-payload', 'jwt-signature'];

/**
 * Writes a token into an element, each part in its colour. The signature is cut,
 * so that nobody who sees the screen can use the token.
 *
 * @param {Element} into
 * @param {string} token
 * @param {number} [most] characters of header and payload to show
 */
export function showToken(into, token, most = Infinity) {
	const pieces = token.split('.').map((text, at) => {
		const span = document.createElement('span');
		span.className = parts[at] ?? '';
		span.textContent = cut(text, at === 2 ? 6 : most);
		return span;
	});
	into.replaceChildren(...pieces.flatMap((piece, at) => (at ? ['.', piece] : [piece])));
}

/** @param {string} text @param {number} most */
function cut(text, most) {
	return text.length > most ? `${text.slice(0, most)}…` : text;
}

/** @param {number} seconds */
export function inWords(seconds) {
	const words = [];
	for (const [unit, size] of Object.entries({ d: 86400, h: 3600, min: 60, s: 1 })) {
		const count = Math.floor(seconds / size);
		seconds -= count * size;
		if (count) words.push(`${count} ${unit}`);
	}
	return words.slice(0, 2).join(' ') || '0 s';
}

/**
 * Keeps an element at what a function says, every second, for as long as the
 * element is on the page.
 *
 * @param {Element} element
 * @param {() => string} text
 */
export function everySecond(element, text) {
	element.textContent = text();
	const timer = setInterval(() => {
		if (element.isConnected) element.textContent = text();
		else clearInterval(timer);
	}, 1000);
}
