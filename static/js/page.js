/**
 * The page that a server answered with.
 *
 * @param {Response} answer
 * @returns {Promise<Document>}
 */
export async function pageOf(answer) {
	return new DOMParser().parseFromString(await answer.text(), 'text/html');
}
