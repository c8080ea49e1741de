/**
 * Listens to what the site tells while somebody looks at the page. A browser keeps
 * six connections to one site: a page in the background lets its own go, so that
 * the seventh can open.
 *
 * @param {string} url of the events
 * @param {string} name of those that are meant
 * @param {() => void} then is called at each, and whenever the connection stands: what
 *   happened since the page was made, or while nobody listened, was told to nobody
 * @param {Record<string, (data: string) => void>} [others] what to do with the data of other events
 */
export function listen(url, name, then, others = {}) {
	/** @type {EventSource | null} */
	let events;
	const look = () => {
		events?.close();
		events = document.hidden ? null : new EventSource(url);
		events?.addEventListener('open', then);
		events?.addEventListener(name, then);
		for (const [other, tell] of Object.entries(others)) events?.addEventListener(other, ({ data }) => tell(data));
	};
	look();
	document.addEventListener('visibilitychange', look);
}
