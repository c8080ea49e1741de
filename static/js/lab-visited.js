/**
 * The page that the foreign site's link leads to. The lab page cannot close this window, because its
 * handle ended when the window went to another site: so it asks.
 */

import { closing } from './lab-windows.js';

closing.onmessage = () => close();
document.querySelector('button').addEventListener('click', () => close());
