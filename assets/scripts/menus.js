/* The phone menu's link becomes a button, and the user menu closes on Escape or a click elsewhere. */
import NavBarCollapsible from "bootstrap-italia/dist/plugins/navbar-collapsible.js";

function startPhoneMenu(opener) {
  const menu = document.querySelector(opener.hash);
  const closer = menu.querySelector(".close-menu");
  opener.setAttribute("role", "button");
  opener.setAttribute("aria-expanded", "false");
  opener.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    opener.click();
  });
  closer.setAttribute("role", "button");
  closer.addEventListener("click", (event) => {
    event.preventDefault();
    NavBarCollapsible.getOrCreateInstance(menu).hide();
  });
}

function startUserMenu(menu) {
  const summary = menu.querySelector("summary");
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    summary.focus();
  });
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
}

export function startMenus() {
  document.querySelectorAll("[data-bs-toggle='navbarcollapsible']").forEach(startPhoneMenu);
  document.querySelectorAll("details[data-menu]").forEach(startUserMenu);
}
