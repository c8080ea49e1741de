/** A request that travels along the wires of the picture, there and back. */

const quiet = matchMedia('(prefers-reduced-motion: reduce)');

/**
 * @param {HTMLElement} event a line of the log, with its door and its outcome
 * @param {number} index how many started with it
 */
export function travel(event, index) {
	const stage = document.querySelector('#travellers');
	const stops = ['browser', 'front', server(event)].map((name) => middle(stage, name)).filter(Boolean);
	if (quiet.matches || stops.length < 2) return;
	const dot = document.createElement('span');
	dot.className = `traveller traveller-${event.dataset.door} traveller-${event.dataset.outcome}`;
	stage.append(dot);
	const path = [...stops, ...stops.slice(0, -1).reverse()];
	const frames = path.map(({ x, y }) => ({ transform: `translate(${x}px, ${y}px)` }));
	dot.animate(frames, { duration: 1400, delay: index * 180, easing: 'ease-in-out', fill: 'both' }).finished
		.finally(() => dot.remove());
}

/** The server that answered. A request that reached none turns at the front. */
function server({ dataset }) {
	const only = document.querySelectorAll('.server-box').length === 1 && dataset.outcome !== 'failed';
	return `server-${only ? 1 : dataset.server}`;
}

function middle(stage, name) {
	const node = document.querySelector(`#room [data-node=${name}]`);
	if (!node) return null;
	const { left, top } = stage.getBoundingClientRect();
	const box = node.getBoundingClientRect();
	const height = name.startsWith('server') ? 40 : box.height / 2;
	return { x: box.left - left + box.width / 2, y: box.top - top + height };
}
