// data-dialog-open="id" opens a <dialog>; data-dialog-close closes the one around it.
export function dialogs(): void {
  document.addEventListener("click", (e) => {
    if (!(e.target instanceof Element)) return;
    const opener = e.target.closest<HTMLElement>("[data-dialog-open]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset["dialogOpen"] ?? "");
      if (dialog instanceof HTMLDialogElement) openDialog(dialog);
      return;
    }
    if (e.target.closest("[data-dialog-close]")) e.target.closest("dialog")?.close();
    if (e.target instanceof HTMLDialogElement) e.target.close(); // the click was beside the panel
  });
}

/** Opens a dialog; one that is open already stays as it is, and would throw. */
export function openDialog(dialog: HTMLDialogElement): void {
  if (!dialog.open && dialog.isConnected) dialog.showModal();
}
