// Starts the program. Trunk would write this script into the page, but the page's security policy
// allows no inline script. The names of the files hold hashes of their content, so it reads them
// from the page's own preload links (see Trunk.toml) and fetches exactly what is on its way.
const preloaded = (rel) => document.querySelector(`link[rel=${rel}]`).href;

try {
  const program = await import(preloaded("modulepreload"));
  await program.default({ module_or_path: preloaded("preload") });
} catch (error) {
  // The shell says so in words. A program that fails later has replaced the shell, and says it
  // itself.
  document.getElementById("shell-failed")?.removeAttribute("hidden");
  throw error;
}
