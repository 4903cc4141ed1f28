// Starts the program. Trunk would write this script into the page, but the page's security policy allows no
// inline script. The names of the files hold hashes of their content, so it reads them from the page's own
// preload links (see Trunk.toml) and fetches exactly what is already on its way.
(() => {
  // Before the first paint: what web/src/effect/memory.rs remembers, so that nothing flashes.
  try {
    const { theme, language } = localStorage;
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
    if (language) document.documentElement.lang = language;
  } catch {
    // A browser that stores nothing for this site: the system's theme, the browser's language.
  }

  const preloaded = (rel) => document.querySelector(`link[rel=${rel}]`).href;

  const start = async () => {
    try {
      const program = await import(preloaded("modulepreload"));
      await program.default({ module_or_path: preloaded("preload") });
    } catch (error) {
      // The shell says so in words; a program that failed later has replaced the shell and speaks for itself.
      document.getElementById("shell-failed")?.removeAttribute("hidden");
      throw error;
    }
  };

  addEventListener("DOMContentLoaded", start, { once: true });
})();
