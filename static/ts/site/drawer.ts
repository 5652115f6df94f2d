// The menu on a phone: a drawer over the page. While it is open the rest of the
// page is inert; Escape closes it and the focus goes back to its button.
export function drawer(): void {
  const panel = document.getElementById("sidebar");
  const opener = document.querySelector<HTMLButtonElement>("[data-drawer-open]");
  const rest = document.querySelector<HTMLElement>(".shell-main");
  if (!panel || !opener || !rest) return;

  const set = (open: boolean): void => {
    document.body.classList.toggle("drawer-open", open);
    opener.setAttribute("aria-expanded", String(open));
    rest.inert = open;
    if (open) panel.querySelector<HTMLElement>("a, button")?.focus();
    else opener.focus();
  };
  const isOpen = (): boolean => document.body.classList.contains("drawer-open");

  opener.addEventListener("click", () => set(true));
  document.addEventListener("click", (e) => {
    if (e.target instanceof Element && e.target.closest("[data-drawer-close]") && isOpen()) set(false);
  });
  document.addEventListener("keydown", (e) => {
    if (e.key === "Escape" && isOpen()) set(false);
  });
  window.matchMedia("(min-width: 992px)").addEventListener("change", (e) => {
    if (e.matches && isOpen()) set(false);
  });
}
