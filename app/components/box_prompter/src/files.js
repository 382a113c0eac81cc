// @ts-check

/**
 * The ways in which a file gets to `receive`: chosen, pasted or dropped.
 *
 * @param {import("./view.js").Parts} parts
 * @param {(file: File) => void} receive
 * @param {(event: Event) => boolean} isOurs - whether a paste is meant for this box drawer
 */
export function createFiles({ root, chooser }, receive, isOurs) {
  return {
    choose() {
      const file = chooser.files?.[0];
      if (file) receive(file);
      chooser.value = "";
    },

    /** @param {ClipboardEvent} event */
    paste(event) {
      const file = [...(event.clipboardData?.files ?? [])].find((one) => one.type.startsWith("image/"));
      if (!file || !isOurs(event)) return;
      event.preventDefault();
      receive(file);
    },

    /** @param {DragEvent} event */
    dragover(event) {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      root.classList.add("dropping");
    },

    /** @param {DragEvent} event */
    dragleave({ relatedTarget }) {
      if (!(relatedTarget instanceof Node && root.contains(relatedTarget))) root.classList.remove("dropping");
    },

    /** @param {DragEvent} event */
    drop(event) {
      root.classList.remove("dropping");
      const file = event.dataTransfer?.files[0];
      if (!file) return;
      event.preventDefault();
      receive(file);
    },
  };
}
