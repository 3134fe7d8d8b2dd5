// Starts the parts of Wagtail's admin that by themselves are started by scripts in the page. The content policy of
// the admin allows none of those, so templates/wagtailadmin/ leaves a marker instead and this reads it.
// A marker that is put into the page later (a new row of a formset) is started when it appears.
(() => {
  const { Controller } = window.StimulusModule;

  class StartController extends Controller {
    static values = { kind: String, target: String, options: Object };

    connect() {
      const part = window[this.kindValue];
      if (this.targetValue) part(this.targetValue, this.optionsValue);
      else new part(this.optionsValue);
      this.element.remove();
    }
  }

  window.wagtail.app.register("site-start", StartController);
})();
