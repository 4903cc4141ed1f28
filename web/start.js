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
  // As in web/src/embed.rs: the shell and the style sheet show less, from the first paint on.
  if (new URLSearchParams(location.search).has("embed")) document.documentElement.dataset.embed = "";

  const preloaded = (rel) => document.querySelector(`link[rel=${rel}]`).href;

  // For use without a network. Where the browser has no service workers or lets this page have none (from a file,
  // over plain http, in a closed frame), the page works as it is.
  const keepForLater = async () => {
    try {
      await navigator.serviceWorker?.register("service-worker.js");
    } catch {
      // See above.
    }
  };

  const start = async () => {
    try {
      const program = await import(preloaded("modulepreload"));
      await program.default({ module_or_path: preloaded("preload") });
      keepForLater();
    } catch (error) {
      // The shell says so in words; a program that failed later has replaced the shell and speaks for itself.
      document.getElementById("shell-failed")?.removeAttribute("hidden");
      throw error;
    }
  };

  addEventListener("DOMContentLoaded", start, { once: true });
})();
