// Runs before anything is drawn, so that no page flashes in the wrong colours.
(() => {
	const page = document.documentElement;
	page.dataset.script = 'on';
	try {
		const theme = localStorage.getItem('theme');
		if (theme === 'light' || theme === 'dark') page.dataset.theme = theme;
		if (localStorage.getItem('presenter') === 'on') page.dataset.presenter = 'on';
	} catch {
		// Storage is switched off: the system's setting will do.
	}
})();
