/**
 * A page is of one room. What it keeps and asks for is that room's, whatever room its visitor goes
 * to in another tab.
 */

/** @returns {string|undefined} the room that this page is of, by its name; undefined on the stage */
export const room = () => document.documentElement.dataset.room;

/**
 * What one room issues opens no other, so outside the stage what we keep has the room in its name.
 *
 * @param {string} name
 */
export const inRoom = (name) => (room() ? `${name}-${room()}` : name);

/**
 * byTimer: no person pressed for it; byTab: somebody did in another tab.
 *
 * @typedef {RequestInit & {byTimer?: boolean, byTab?: boolean}} Asking
 */

/**
 * Does what fetch does, and names the page's room, so that a page which stayed open acts in no
 * other. When nobody answers it says so: fetch throws a TypeError then, which anything else that
 * goes wrong in a script may be as well.
 *
 * @param {string} path of this site
 * @param {Asking} [init]
 * @returns {Promise<Response>}
 */
export async function reach(path, { byTimer, byTab, ...init } = {}) {
	const headers = new Headers(init.headers);
	headers.set('Room', (room() ?? 'stage') + (byTimer ? ';by=timer' : byTab ? ';by=tab' : ''));
	try {
		return await fetch(path, { ...init, headers });
	} catch (error) {
		if (error instanceof DOMException) throw error; // given up by the caller
		throw new Error('Two Doors does not answer. Look whether it is still running, then try again.', { cause: error });
	}
}
