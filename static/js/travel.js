/** A request that travels along the wires of the picture, there and back: what was refused comes back red. */

const quiet = matchMedia('(prefers-reduced-motion: reduce)');

/** Milliseconds for the way there and back. */
const duration = 1800;

/** How many travel at once: more could not be told apart. */
const most = 120;

/**
 * @typedef {{x: number, y: number}} Corner of a way, on the screen
 */

/**
 * @param {DOMStringMap} request its door, its outcome and where it went
 * @param {number} delay in milliseconds
 */
export function travel(request, delay) {
	const stage = document.getElementById('travellers');
	if (quiet.matches || stage.childElementCount >= most) return;
	const there = way(request);
	if (there.length < 2) return;
	const dot = document.createElement('span');
	dot.className = `traveller traveller-${request.door}`;
	stage.append(dot);
	const timing = { duration, delay, easing: 'ease-in-out', fill: /** @type {const} */ ('both') };
	setTimeout(() => dot.classList.add(`traveller-${request.outcome}`), delay + duration / 2);
	dot.animate(frames([...there, ...there.slice(0, -1).reverse()], stage), timing).finished.finally(() => dot.remove());
}

/**
 * The corners of a request's way: through the front to the server that answered, and on
 * to the store if one was asked. A request that reached no server turns at the front.
 *
 * @param {DOMStringMap} dataset of the line of the log
 * @returns {Corner[]}
 */
function way({ server, store }) {
	const box = node(`server-${server}`);
	/** @type {Corner[]} */
	const corners = [node('browser'), node('front')].filter(Boolean).map(middle);
	if (!box) return corners;
	const place = box.closest('.server');
	const list = place.parentElement;
	corners.push(...toServer(place, list, box));
	if (store && node(store)) corners.push(...toStore(place, list, box, node(store)));
	return corners;
}

/**
 * Along the wire above the servers, down the left side to the row, and into the box.
 *
 * @param {Element} place of the server
 * @param {Element} list of all servers
 * @param {Element} box
 */
function toServer(place, list, box) {
	const [first, here] = [list.firstElementChild, place].map(rectangle);
	const { x, top } = middle(box);
	const bus = { x: middle(list).x, y: first.top };
	const side = here.top > first.top + 1 ? [{ x: first.left, y: first.top }, { x: first.left, y: here.top }] : [];
	return [bus, ...side, { x, y: here.top }, { x, y: top + heading }];
}

/**
 * Out of the box, along the wire below its row, down the right side, and into the store.
 *
 * @param {Element} place of the server
 * @param {Element} list of all servers
 * @param {Element} box
 * @param {Element} cylinder
 */
function toStore(place, list, box, cylinder) {
	const [last, here] = [list.lastElementChild, place].map(rectangle);
	const right = Math.max(...[...list.children].map((one) => rectangle(one).right));
	const drop = middle(box).top - here.top;
	/** @param {Element} row */
	const below = (row) => rectangle(row.querySelector('.server-box')).bottom + drop;
	const [bus, end] = [below(place), below(list.lastElementChild)];
	const side = last.top > here.top + 1 ? [{ x: right, y: bus }, { x: right, y: end }] : [];
	const down = { x: middle(list).x, y: rectangle(cylinder.parentElement).top };
	const { x, top } = middle(cylinder);
	return [{ x: middle(box).x, y: bus }, ...side, { x: down.x, y: end }, down, { x, y: down.y }, { x, y: top + heading }];
}

/** How far below the edge of a box a request stops. */
const heading = 40;

/** @param {string} name @returns {Element | null} */
function node(name) {
	return document.querySelector(`#room [data-node=${name}]`);
}

/** @param {Element} element */
function rectangle(element) {
	return element.getBoundingClientRect();
}

/** @param {Element} element */
function middle(element) {
	const { left, top, width, height } = rectangle(element);
	return { x: left + width / 2, y: top + height / 2, top };
}

/**
 * Key frames at one speed all the way, measured from where the dots are kept.
 *
 * @param {Corner[]} corners
 * @param {Element} stage
 */
function frames(corners, stage) {
	const { left, top } = rectangle(stage);
	const far = corners.map(({ x, y }, at) => (at ? Math.hypot(x - corners[at - 1].x, y - corners[at - 1].y) : 0));
	const total = far.reduce((sum, one) => sum + one, 0);
	let gone = 0;
	return corners.map(({ x, y }, at) => {
		gone += far[at];
		return { transform: `translate(${x - left}px, ${y - top}px)`, offset: Math.min(1, gone / total) };
	});
}
