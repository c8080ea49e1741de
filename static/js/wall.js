/** The wall: whatever the lecturer shows is there within a moment. */

import { touchUp } from './swap.js';

const events = new EventSource('/class/events');
for (const name of ['open', 'class', 'counts', 'closed']) {
	events.addEventListener(name, () => touchUp('/wall', '#wall').catch(() => {})); // the next event tries again
}
document.documentElement.dataset.presenter = 'on';
