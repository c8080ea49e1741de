/**
 * Waits.
 *
 * @param {number} milliseconds
 * @returns {Promise<void>}
 */
export function pause(milliseconds) {
	return new Promise((then) => { setTimeout(then, milliseconds); });
}
