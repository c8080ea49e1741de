/**
 * Writes moments in the visitor's time zone, by its name. The server knows no visitor's zone
 * and writes UTC.
 */

/** @type {Record<string, Intl.DateTimeFormatOptions>} */
const forms = {
	time: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
	zone: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
	exact: { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 },
	day: { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' },
};

const writers = Object.fromEntries(Object.entries(forms).map(([form, options]) => [
	form, new Intl.DateTimeFormat('en-GB', { ...options, hourCycle: 'h23' }),
]));

/** English has other names for zones in each country: the first that names this one, instead of counting hours. */
const zones = ['en-GB', 'en-US', 'en-AU', 'en-IN', 'en-NZ', 'en-ZA'].map((locale) => new Intl.DateTimeFormat(locale, { timeZoneName: 'short' }));

/** @param {Date} at */
export function zoneName(at) {
	const names = zones.map((zone) => zone.formatToParts(at).find(({ type }) => type === 'timeZoneName').value);
	return names.find((name) => !/^GMT[+-]/.test(name)) ?? names[0];
}

/**
 * @param {Date} at
 * @param {string} form of layout.Time
 */
export function written(at, form) {
	const text = writers[form].format(at);
	return form === 'time' ? text : `${text} ${zoneName(at)}`;
}

/** @param {Element} within */
export function localize(within) {
	for (const time of /** @type {HTMLTimeElement[]} */ (all(within, 'time[data-time]'))) {
		time.textContent = written(new Date(time.dateTime), time.dataset.time);
	}
	for (const zone of all(within, '[data-zone]')) zone.textContent = zoneName(new Date());
}

/** @param {Element} within @param {string} selector */
function all(within, selector) {
	return [...within.matches(selector) ? [within] : [], ...within.querySelectorAll(selector)];
}

localize(document.body);
new MutationObserver((changes) => {
	for (const { addedNodes } of changes) {
		for (const node of addedNodes) if (node instanceof Element) localize(node);
	}
}).observe(document.body, { childList: true, subtree: true });
