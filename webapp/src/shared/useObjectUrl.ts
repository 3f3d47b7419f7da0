/** An address for a file in this page, given back when it is not shown any more. */
import { useEffect, useState } from "react";

export function useObjectUrl(blob: Blob | undefined): string | undefined {
  const [made, setMade] = useState<{ of: Blob; url: string }>();

  useEffect(() => {
    if (!blob) return undefined;
    const url = URL.createObjectURL(blob);
    // An address is made by the browser, so it can only be had after rendering.
    // eslint-disable-next-line react-hooks/set-state-in-effect
    setMade({ of: blob, url });
    return () => {
      URL.revokeObjectURL(url);
    };
  }, [blob]);

  return made && made.of === blob ? made.url : undefined;
}
