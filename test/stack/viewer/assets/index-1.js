console.log("stands for the viewer");
