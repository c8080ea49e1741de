/**
 * Listens to what the site tells while somebody looks at the page. A browser keeps
 * six connections to one site: a page in the background lets its own go, so that
 * the seventh can open.
 *
 * @param {string} url of the events
 * @param {string} name of those that are meant
 * @param {() => void} then is called at each, and whenever the connection stands: what
 *   happened since the page was made, or while nobody listened, was told to nobody
 */
export function listen(url, name, then) {
	/** @type {EventSource | null} */
	let events;
	const look = () => {
		events?.close();
		events = document.hidden ? null : new EventSource(url);
		events?.addEventListener('open', then);
		events?.addEventListener(name, then);
	};
	look();
	document.addEventListener('visibilitychange', look);
}
