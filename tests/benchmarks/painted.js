// Runs a cell as a user does, and tells how many ms later its output has been painted.
async ({ cell, painted }) => {
  const { content } = window.jupyterapp.shell.currentWidget;
  const { node, model } = content.widgets[cell];
  const framed = () => new Promise(requestAnimationFrame);
  const isThere = () => {
    const found = node.querySelector(painted);
    return found !== null && found.getBoundingClientRect().height > 0;
  };
  model.outputs.clear();
  content.activeCellIndex = cell;
  node.scrollIntoView();
  while (node.querySelector(painted)) await framed();
  await framed();
  await new Promise((done) => setTimeout(done, 300));

  const shown = new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`${painted} did not come; there is: ${node.innerText}`)), 30_000);
    const observer = new MutationObserver(look);
    const sizes = new ResizeObserver(look);
    function look() {
      if (!isThere()) return;
      observer.disconnect();
      sizes.disconnect();
      requestAnimationFrame(() => {
        const after = new MessageChannel();
        after.port1.onmessage = () => resolve(performance.now());
        after.port2.postMessage(null);
      });
    }
    observer.observe(node, { childList: true, subtree: true, attributes: true, characterData: true });
    sizes.observe(node);
  });
  const began = performance.now();
  void window.jupyterapp.commands.execute("notebook:run-cell");
  return (await shown) - began;
}
