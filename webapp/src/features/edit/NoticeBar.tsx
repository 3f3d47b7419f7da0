/** What has just happened, with a way to take it back. */
import Button from "@mui/material/Button";
import Snackbar from "@mui/material/Snackbar";

import { useUi } from "./ui";

const SHOWN_MS = 8000;

export function NoticeBar() {
  const notice = useUi((state) => state.notice);
  const dismiss = useUi((state) => state.dismiss);

  return (
    <Snackbar
      key={notice?.text}
      open={notice !== undefined}
      autoHideDuration={SHOWN_MS}
      onClose={(_, reason) => {
        if (reason !== "clickaway") dismiss();
      }}
      message={notice?.text}
      action={
        notice?.remedy && (
          <Button
            size="small"
            color="inherit"
            onClick={() => {
              dismiss();
              notice.remedy?.perform();
            }}
          >
            {notice.remedy.label}
          </Button>
        )
      }
    />
  );
}
