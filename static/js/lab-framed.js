/** Says to the page around this one that it is shown. */
parent.postMessage('shown', '*');
