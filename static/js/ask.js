import { reach } from './room.js';

/**
 * Asks the site's API and answers with what it said. What it refuses is thrown,
 * as an error whose message is the problem's sentence (RFC 9457).
 *
 * @param {string} path
 * @param {import('./room.js').Asking & {json?: object}} [init]
 * @param {typeof reach} [by] reach, or fetchWithToken
 * @returns {Promise<any>} null when there is no body
 */
export async function ask(path, { json, ...init } = {}, by = reach) {
	if (json) {
		init.body = JSON.stringify(json);
		init.headers = { 'Content-Type': 'application/json', ...init.headers };
	}
	return read(await by(path, init));
}

/**
 * @typedef {Error & {status: number, trace: string, before?: number}} Refusal the status of an answer, the id of its trace, and how many wait before a request that got no turn
 */

/**
 * @param {Response} answer
 * @returns {Promise<any>} null when there is no body
 * @throws {Refusal}
 */
export async function read(answer) {
	const body = await answer.json().catch(() => /** @type {any} */ (null));
	if (answer.ok) return body;
	const error = new Error(body?.detail ?? `The server answered ${answer.status}.`);
	throw Object.assign(error, { status: answer.status, trace: answer.headers.get('Trace-Id'), before: body?.before });
}

/** Whether this site has an inspector to link to. */
export const inspects = () => document.documentElement.dataset.inspector !== 'off';

/**
 * A sentence for people on what went wrong: the error's own, if it was written for them.
 *
 * @param {unknown} error
 */
export function why(error) {
	if (error instanceof Error && error.constructor === Error) return error.message;
	console.error(error);
	return `This page has a fault (${error instanceof Error ? error.message : error}). Load it again, and try once more.`;
}
