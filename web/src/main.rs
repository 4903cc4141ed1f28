//! Mounts the page over the static shell in `index.html`.

use lockstep_web::App;

fn main() {
    let root = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id("app"))
        .expect("index.html holds an element with id `app`");
    yew::Renderer::<App>::with_root(root).render();
}
