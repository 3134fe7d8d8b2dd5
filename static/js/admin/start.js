// Starts the parts of Wagtail's admin that by themselves are started by scripts in the page. The content policy of
// the admin allows none of those, so a marker stands in their place: the name of a function of Wagtail's and the
// values it is called with. A marker that is put into the page later (a new row, a modal) is read when it appears.
(() => {
  const { Controller } = window.StimulusModule;

  const find = (path) => path.split(".").reduce((place, name) => place[name], window);

  class StartController extends Controller {
    static values = { name: String, arguments: Array };

    connect() {
      const part = find(this.nameValue);
      // Constructors take `new`; so do plain functions without harm.
      new part(...this.argumentsValue);
      this.element.remove();
    }
  }

  window.wagtail.app.register("site-start", StartController);
})();
