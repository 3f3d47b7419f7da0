/** The picture of the camera, and a button that takes it. */
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { useEffect, useRef, useState } from "react";

import { useTranslation } from "@/shared/i18n";

const PHOTO_TYPE = "image/jpeg";
const PHOTO_QUALITY = 0.92;

interface CameraDialogProps {
  onPhoto: (photo: File) => void;
  onClose: () => void;
}

export function CameraDialog({ onPhoto, onClose }: CameraDialogProps) {
  const { t } = useTranslation();
  const video = useRef<HTMLVideoElement>(null);
  const [isReady, setIsReady] = useState(false);
  const [reason, setReason] = useState("");

  useEffect(() => {
    let stream: MediaStream | undefined;
    let isOver = false;

    const open = async () => {
      if (!window.isSecureContext) throw new Error(t("camera.insecure"));
      const wanted = { video: { facingMode: "environment", width: { ideal: 1920 } } };
      stream = await navigator.mediaDevices.getUserMedia(wanted);
      // The dialog was closed while the browser asked for permission.
      if (isOver) stop(stream);
      else if (video.current) video.current.srcObject = stream;
    };

    open().catch((error: unknown) => {
      setReason(error instanceof Error ? error.message : String(error));
    });
    return () => {
      isOver = true;
      stop(stream);
    };
  }, [t]);

  const takePhoto = async () => {
    if (!video.current) return;
    const photo = await pictureOf(video.current);
    if (photo) onPhoto(photo);
    onClose();
  };

  return (
    <Dialog open onClose={onClose} maxWidth="md" aria-labelledby="camera-title">
      <DialogTitle id="camera-title">{t("camera.title")}</DialogTitle>
      <DialogContent>
        {reason ? (
          <Alert severity="warning">{t("camera.none", { reason })}</Alert>
        ) : (
          <Box
            component="video"
            ref={video}
            autoPlay
            muted
            playsInline
            onLoadedData={() => {
              setIsReady(true);
            }}
            sx={{ display: "block", width: 640, maxWidth: "100%", borderRadius: 1 }}
          />
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{t("close")}</Button>
        <Button
          variant="contained"
          disabled={!isReady}
          onClick={() => void takePhoto()}
        >
          {t("camera.take")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function stop(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

async function pictureOf(video: HTMLVideoElement): Promise<File | undefined> {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, PHOTO_TYPE, PHOTO_QUALITY);
  });
  return blob ? new File([blob], "photo.jpg", { type: PHOTO_TYPE }) : undefined;
}
