/**
 * Copies a diagram of the page as a picture. Its colours and letters come from our style sheets, which a picture
 * elsewhere does not have, so they are written into it.
 */

/** What of an element's look is written into the picture. */
const looks = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linejoin', 'paint-order', 'font-family', 'font-size', 'font-weight', 'text-anchor'];

/** Room around the diagram, in its own units. */
const margin = 16;

/** How many pixels of a PNG are one unit: enough for a wall. */
const scale = 3;

/**
 * @param {SVGSVGElement} diagram
 * @param {string} as svg or png
 * @returns {Promise<string>} what was done, in a sentence
 */
export async function copyDiagram(diagram, as) {
	const { text, width, height } = standalone(diagram);
	const picture = as === 'png' ? painted(text, width, height) : Promise.resolve(new Blob([text], { type: 'image/svg+xml' }));
	try {
		await navigator.clipboard.write([new ClipboardItem(as === 'png' ? { 'image/png': picture } : asSVG(text))]);
		return `Copied as ${as.toUpperCase()}.`;
	} catch {
		// A page may copy on HTTPS and on localhost only, and some browsers take no pictures.
		await save(await picture, `diagram.${as}`);
		return `This browser lets the page copy no picture. It is saved as diagram.${as} instead.`;
	}
}

/**
 * For programs that take a picture, and for those that take text.
 *
 * @param {string} text
 * @returns {Record<string, Blob>}
 */
function asSVG(text) {
	const picture = ClipboardItem.supports?.('image/svg+xml') ? { 'image/svg+xml': new Blob([text], { type: 'image/svg+xml' }) } : {};
	return { 'text/plain': new Blob([text], { type: 'text/plain' }), ...picture };
}

/** @param {SVGSVGElement} diagram */
function standalone(diagram) {
	const copy = /** @type {SVGSVGElement} */ (diagram.cloneNode(true));
	const originals = [diagram, ...diagram.querySelectorAll('*')];
	for (const [at, element] of [copy, ...copy.querySelectorAll('*')].entries()) {
		const style = getComputedStyle(originals[at]);
		element.removeAttribute('class');
		for (const look of looks) element.setAttribute(look, style.getPropertyValue(look));
	}
	const box = diagram.getBBox();
	const [width, height] = [box.width, box.height].map((length) => Math.ceil(length + 2 * margin));
	const [x, y] = [box.x, box.y].map((corner) => Math.floor(corner - margin));
	for (const [name, value] of Object.entries({ viewBox: `${x} ${y} ${width} ${height}`, width, height })) copy.setAttribute(name, String(value));
	const ground = document.createElementNS(copy.namespaceURI, 'rect');
	const fill = getComputedStyle(diagram.closest('.card')).backgroundColor;
	for (const [name, value] of Object.entries({ x, y, width, height, fill })) ground.setAttribute(name, String(value));
	copy.prepend(ground);
	return { text: new XMLSerializer().serializeToString(copy), width, height };
}

/**
 * @param {string} text of an SVG
 * @param {number} width
 * @param {number} height
 * @returns {Promise<Blob>} as PNG
 */
async function painted(text, width, height) {
	const image = new Image();
	image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
	await image.decode();
	const canvas = Object.assign(document.createElement('canvas'), { width: width * scale, height: height * scale });
	canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
	return new Promise((then) => { canvas.toBlob(then, 'image/png'); });
}

/** @param {Blob} file @param {string} name */
async function save(file, name) {
	const href = URL.createObjectURL(file);
	Object.assign(document.createElement('a'), { href, download: name }).click();
	setTimeout(() => URL.revokeObjectURL(href), 10_000);
}
